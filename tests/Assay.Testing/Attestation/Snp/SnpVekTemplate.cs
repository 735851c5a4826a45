using System.Formats.Asn1;

namespace Assay.Testing.Attestation;

/// <summary>What the certificate of a synthetic endorsement key says.</summary>
public sealed record SnpVekTemplate
{
    private const string Arc = "1.3.6.1.4.1.3704.1.";

    /// <summary>Its product: <c>Milan-B0</c>, <c>Genoa</c>.</summary>
    public required string Product { get; init; }

    /// <summary>The security version as a report has it.</summary>
    public required byte[] Tcb { get; init; }

    /// <summary>Whether the layout is that of Turin.</summary>
    public required bool IsTurin { get; init; }

    /// <summary>The chip: of a VCEK.</summary>
    public byte[]? Hwid { get; init; }

    /// <summary>Whether the chip stands in an OCTET STRING.</summary>
    public bool WrapsHwid { get; init; }

    /// <summary>The cloud: of a VLEK.</summary>
    public string? Csp { get; init; }

    /// <summary>Common name; null for the usual one.</summary>
    public string? CommonName { get; init; }

    /// <summary>Other numbers of levels than those of <see cref="Tcb"/>, by their position in AMD's arc; null to leave one out.</summary>
    public IReadOnlyDictionary<int, int?> Levels { get; init; } = new Dictionary<int, int?>();

    /// <summary>When it's in force.</summary>
    public (DateTimeOffset NotBefore, DateTimeOffset NotAfter) Window { get; init; } = (SyntheticPki.NotBefore, SyntheticPki.NotAfter);

    internal CertificateTemplate Certificate()
    {
        List<SyntheticExtension> extensions = [new(Arc + "1", false, Integer(0)), new(Arc + "2", false, Text(Product))];
        Dictionary<int, int?> levels = IsTurin
            ? new() { [9] = Tcb[0], [1] = Tcb[1], [2] = Tcb[2], [3] = Tcb[3], [5] = 0, [6] = 0, [7] = 0, [8] = Tcb[7] }
            : new() { [1] = Tcb[0], [2] = Tcb[1], [4] = 0, [5] = 0, [6] = 0, [7] = 0, [3] = Tcb[6], [8] = Tcb[7] };
        foreach ((int index, int? value) in Levels)
        {
            levels[index] = value;
        }

        extensions.AddRange(levels.Where(static level => level.Value is not null).Select(static level => new SyntheticExtension($"{Arc}3.{level.Key}", false, Integer(level.Value!.Value))));
        if (Hwid is not null)
        {
            extensions.Add(new SyntheticExtension(Arc + "4", false, WrapsHwid ? Octets(Hwid) : Hwid));
        }

        if (Csp is not null)
        {
            extensions.Add(new SyntheticExtension(Arc + "5", false, Text(Csp)));
        }

        return new CertificateTemplate
        {
            Subject = "CN=" + (CommonName ?? (Csp is null ? "SEV-VCEK" : "SEV-VLEK")),
            Serial = [0],
            NotBefore = Window.NotBefore,
            NotAfter = Window.NotAfter,
            Extensions = extensions,
        };
    }

    private static byte[] Integer(int value) => Encoded(writer => writer.WriteInteger(value));

    private static byte[] Text(string value) => Encoded(writer => writer.WriteCharacterString(UniversalTagNumber.IA5String, value));

    private static byte[] Octets(byte[] value) => Encoded(writer => writer.WriteOctetString(value));

    private static byte[] Encoded(Action<AsnWriter> write)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        write(writer);
        return writer.Encode();
    }
}
