using System.Collections.Immutable;
using System.Text.Json;

namespace Assay.Attestation;

/// <summary>A level of a TDX module or of a quoting enclave: what Intel thinks of it from a security version on.</summary>
internal sealed record IsvLevel(uint IsvSvn, DateTimeOffset Date, string Status, ImmutableArray<string> Advisories)
{
    /// <summary>Reads <c>tcbLevels</c>; highest first, whatever their order.</summary>
    internal static ImmutableArray<IsvLevel> Read(JsonFields fields, JsonElement parent)
    {
        List<IsvLevel> levels = [];
        foreach (JsonElement element in fields.Array(parent, "tcbLevels"))
        {
            levels.Add(new IsvLevel(
                fields.Number(fields.Object(element, "tcb"), "isvsvn", ushort.MaxValue),
                fields.Date(element, "tcbDate"),
                fields.Text(element, "tcbStatus"),
                fields.OptionalTexts(element, "advisoryIDs")));
        }

        ImmutableArray<IsvLevel> sorted = [.. levels.OrderByDescending(static level => level.IsvSvn)];
        if (sorted.DistinctBy(static level => level.IsvSvn).Count() != sorted.Length)
        {
            fields.Fail();
        }

        return sorted;
    }

    /// <summary>The highest level that a security version reaches; null if it's below all.</summary>
    internal static IsvLevel? Of(ImmutableArray<IsvLevel> levels, uint isvSvn) => levels.FirstOrDefault(level => level.IsvSvn <= isvSvn);
}
