/** What a host makes: freed by whoever has it, or with the host. */
export interface Made {
  dispose(): void;
  /** Called once, when it is freed. */
  onDispose: () => void;
}
