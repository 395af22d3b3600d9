/** Options of `skep run`, as commander hands them over. */
export interface RunFlags {
  readonly prog?: string;
  readonly pcap: string;
  readonly out?: string;
  /** Each as `joinAssignments` makes it. */
  readonly set?: readonly string[];
  readonly maps?: string;
  readonly limit?: number;
  readonly rows: number;
  readonly print?: true;
  readonly keepGoing?: true;
  readonly json?: true;
  /** Bytes. */
  readonly memory?: number;
  /** Instructions. */
  readonly budget?: number;
  readonly cpus: number;
  readonly seed?: number;
  readonly asTestRun?: true;
  /** Run in the kernel instead of the VM. */
  readonly kernel?: true;
  readonly ifindex?: number;
}
