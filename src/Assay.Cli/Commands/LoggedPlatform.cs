using System.Collections.Immutable;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Cli.Commands;

/// <summary>
/// What a log says about one platform. Many keys on one platform aren't many machines: whoever took the platform's own key out of it
/// can make evidence for any number of them.
/// </summary>
internal sealed record LoggedPlatform(Digest32 Digest)
{
    internal ImmutableSortedSet<string> Types { get; private init; } = [];

    internal ImmutableSortedSet<string> Grades { get; private init; } = [];

    internal ImmutableHashSet<Digest32> Keys { get; private init; } = [];

    internal long Evidence { get; private init; }

    internal LoggedPlatform With(LogEntry.ForAttestation entry) =>
        this with { Types = Types.Add(entry.Type), Grades = Grades.Add(entry.Grade), Keys = Keys.Add(entry.Key), Evidence = Evidence + 1 };
}
