using System.Collections.Immutable;

namespace Assay.Attestation;

/// <summary>The names of grades in documents and verdicts (spec/attestation.md, "Grades").</summary>
public static class GradeNames
{
    private static readonly ImmutableArray<string> Names = ["simulated", "operator-held", "third-party-hosted"];

    /// <summary>The name of a grade.</summary>
    public static string NameOf(Grade grade) => Names[(int)grade];

    /// <summary>The grade with a name; false if there is none.</summary>
    public static bool TryParse(string? name, out Grade grade)
    {
        int index = name is null ? -1 : Names.IndexOf(name);
        grade = (Grade)Math.Max(index, 0);
        return index >= 0;
    }
}
