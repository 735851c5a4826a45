using Assay.Cli.Console;

await using Stream json = Console.OpenStandardOutput();
return await CommandActions.RunAsync(args, new Terminal(Console.Out, Console.Error, json)).ConfigureAwait(false);
