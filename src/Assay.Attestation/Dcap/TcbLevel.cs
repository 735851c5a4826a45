using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Assay.Attestation;

/// <summary>A level of a platform: what Intel thinks of it from these security versions on.</summary>
internal sealed record TcbLevel(byte[] Sgx, uint PceSvn, byte[] Tdx, DateTimeOffset Date, string Status, ImmutableArray<string> Advisories)
{
    /// <summary>Reads <c>tcbLevels</c>, highest first in Intel's order: SGX components, then the PCE's version, then TDX components.</summary>
    internal static ImmutableArray<TcbLevel> Read(JsonFields fields, JsonElement parent, uint version, bool isTdx)
    {
        List<TcbLevel> levels = [];
        foreach (JsonElement element in fields.Array(parent, "tcbLevels"))
        {
            JsonElement tcb = fields.Object(element, "tcb");
            levels.Add(new TcbLevel(
                version == 2 ? NumberedComponents(fields, tcb) : Components(fields, tcb, "sgxtcbcomponents"),
                fields.Number(tcb, "pcesvn", ushort.MaxValue),
                isTdx ? Components(fields, tcb, "tdxtcbcomponents") : [],
                fields.Date(element, "tcbDate"),
                fields.Text(element, "tcbStatus"),
                fields.OptionalTexts(element, "advisoryIDs")));
        }

        levels.Sort(static (a, b) => b.CompareTo(a));
        for (int i = 1; i < levels.Count; i++)
        {
            if (levels[i].CompareTo(levels[i - 1]) == 0)
            {
                fields.Fail();
            }
        }

        return [.. levels];
    }

    /// <summary>Whether a platform's certificate reaches it.</summary>
    internal bool IsReachedBy(PckExtension pck) => pck.PceSvn >= PceSvn && AllAtLeast(pck.Svns.Span, Sgx);

    /// <summary>Whether a TD's security versions reach it. From major version 1 on the module has levels of its own, so its two bytes don't count here.</summary>
    internal bool IsReachedBy(ReadOnlySpan<byte> teeTcbSvn)
    {
        int from = teeTcbSvn[1] > 0 ? 2 : 0;
        return AllAtLeast(teeTcbSvn[from..], Tdx.AsSpan(from));
    }

    private static bool AllAtLeast(ReadOnlySpan<byte> values, ReadOnlySpan<byte> least)
    {
        bool reached = true;
        for (int i = 0; reached && i < least.Length; i++)
        {
            reached = values[i] >= least[i];
        }

        return reached;
    }

    private static byte[] Components(JsonFields fields, JsonElement tcb, string name)
    {
        byte[] components = new byte[PckExtension.Components];
        IReadOnlyList<JsonElement> elements = fields.Array(tcb, name);
        if (elements.Count != components.Length)
        {
            fields.Fail();
            return components;
        }

        for (int i = 0; i < components.Length; i++)
        {
            components[i] = (byte)fields.Number(elements[i], "svn", byte.MaxValue);
        }

        return components;
    }

    private static byte[] NumberedComponents(JsonFields fields, JsonElement tcb)
    {
        byte[] components = new byte[PckExtension.Components];
        for (int i = 0; i < components.Length; i++)
        {
            components[i] = (byte)fields.Number(tcb, string.Create(CultureInfo.InvariantCulture, $"sgxtcbcomp{i + 1:00}svn"), byte.MaxValue);
        }

        return components;
    }

    private int CompareTo(TcbLevel other)
    {
        int order = Sgx.AsSpan().SequenceCompareTo(other.Sgx);
        order = order != 0 ? order : PceSvn.CompareTo(other.PceSvn);
        return order != 0 ? order : Tdx.AsSpan().SequenceCompareTo(other.Tdx);
    }
}
