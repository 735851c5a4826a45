namespace Assay.Chat;

/// <summary>A piece of a tool call.</summary>
/// <param name="Index">Which call of the choice, from 0.</param>
/// <param name="Id">Its id: with the first fragment only.</param>
/// <param name="Name">The function: with the first fragment only.</param>
/// <param name="Arguments">More of its arguments.</param>
public sealed record ChatToolFragment(int Index, string? Id, string? Name, string Arguments);
