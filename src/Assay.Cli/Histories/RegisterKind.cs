namespace Assay.Cli.Histories;

/// <summary>What the commands of <see cref="RegisterCommands"/> register.</summary>
/// <param name="Command">The command's name.</param>
/// <param name="Path">The part of the address.</param>
/// <param name="Words">What it is called.</param>
/// <param name="File">What the file is.</param>
internal sealed record RegisterKind(string Command, string Path, string Words, string File);
