namespace Assay.Cli.Chatting;

/// <summary>What goes with every turn of a conversation.</summary>
internal sealed record ChatSettings(string Model, string? System, int? MaxTokens, double? Temperature, ulong? Seed);
