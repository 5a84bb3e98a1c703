// What the measurements that npm starts by name have in common: options, and how they end. Knows nothing of what is measured.

/** The word behind an option. */
export function after(args: readonly string[], option: string): string | undefined {
  const at = args.indexOf(option);
  return at < 0 ? undefined : args[at + 1];
}

/** Runs a measurement to its exit code. One that cannot be made says why, in one line, and ends with 2. */
export function measure(main: (args: readonly string[]) => Promise<number>): void {
  main(process.argv.slice(2)).then(
    (code) => process.exit(code),
    (error) => {
      console.error(error instanceof Error ? error.message : error);
      process.exit(2);
    },
  );
}
