namespace Assay.Verification;

/// <summary>Witnesses and groups of which a number must have cosigned (C2SP tlog-policy, <c>group</c>).</summary>
/// <param name="Name">The group's name.</param>
/// <param name="Threshold">How many members are needed: 1 to their count.</param>
/// <param name="Members">Names defined before the group.</param>
public sealed record WitnessGroup(string Name, int Threshold, IReadOnlyList<string> Members);
