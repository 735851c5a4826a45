using System.Collections.Immutable;
using System.Text;
using Assay.Primitives;
using Assay.Programs;

namespace Assay.Proofs.Keys;

/// <summary>The public description of a model that proofs are checked against (spec/proof-system.md, section 3): program, how it is
/// proved, and the commitment to its weights.</summary>
/// <remarks>That it can be read doesn't say that it has a circuit: <see cref="Circuits.CircuitBuilder"/> keeps the rules that make
/// proofs sound. Nor that <see cref="Root"/> commits to the weights of <see cref="ModelId"/>: whoever has them computes it again.</remarks>
public sealed class ProofKey
{
    /// <summary>Bytes of an encoded key.</summary>
    public const int MaxBytes = 1 << 25;

    /// <summary>Bits of a tile of weights.</summary>
    public const int MaxTileBits = 20;

    /// <summary>Least and most bits of a limb.</summary>
    public const int MinLimbBits = 8, MaxLimbBits = 16;

    private ProofKey(
        ExactProgram program,
        Digest32 weightsRoot,
        int limbBits,
        ImmutableArray<TailChoice> choices,
        int tileIndexBits,
        int tileRowBits,
        Digest32 root,
        byte[] bytes)
    {
        Program = program;
        WeightsRoot = weightsRoot;
        ModelId = ExactModel.Identify(program, weightsRoot);
        LimbBits = limbBits;
        Choices = choices;
        TileIndexBits = tileIndexBits;
        TileRowBits = tileRowBits;
        Root = root;
        Bytes = bytes;
        Digest = Digest32.Sha256(Encoding.ASCII.GetBytes(DomainTags.ProofKey + '\0'), bytes);
    }

    /// <summary>The program.</summary>
    public ExactProgram Program { get; }

    /// <summary>Of the weights blob (spec/program.md).</summary>
    public Digest32 WeightsRoot { get; }

    /// <summary>Of the program with weights of that root.</summary>
    public ModelId ModelId { get; }

    /// <summary>Bits of a remainder's limb.</summary>
    public int LimbBits { get; }

    /// <summary>One for each operation.</summary>
    public ImmutableArray<TailChoice> Choices { get; }

    /// <summary>a: bits of k in a tile of weights.</summary>
    public int TileIndexBits { get; }

    /// <summary>b: bits of j in a tile.</summary>
    public int TileRowBits { get; }

    /// <summary>Commits to the weights (section 6.2).</summary>
    public Digest32 Root { get; }

    /// <summary>The canonical bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary><c>SHA-256("assay/proof-key/v1" | 00 | bytes)</c>.</summary>
    public Digest32 Digest { get; }

    /// <summary>Reads a key from bytes that anyone may have made; never throws on them, and needs memory of a small multiple of their
    /// length.</summary>
    /// <param name="error">Null exactly when a key is returned: a code of the CBOR reader, of programs, or <c>zk/key</c>.</param>
    public static ProofKey? Read(ReadOnlySpan<byte> bytes, out ProofError? error)
    {
        if (bytes.Length > MaxBytes)
        {
            error = new(ProofErrorCodes.Key, $"{bytes.Length} bytes; at most {MaxBytes}");
            return null;
        }

        ProofKeyReader reader = new(bytes);
        return reader.Read(out error);
    }

    /// <summary>Makes a key.</summary>
    /// <param name="choices">One for each operation; lists of direct and split choices are of equal, positive lengths.</param>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public static ProofKey Create(
        ExactProgram program,
        Digest32 weightsRoot,
        int limbBits,
        ImmutableArray<TailChoice> choices,
        int tileIndexBits,
        int tileRowBits,
        Digest32 root) =>
        TryCreate(program, weightsRoot, limbBits, choices, tileIndexBits, tileRowBits, root, out ProofError? error)
        ?? throw new ArgumentException(error!.Message, nameof(choices));

    internal static ProofKey? TryCreate(
        ExactProgram program,
        Digest32 weightsRoot,
        int limbBits,
        ImmutableArray<TailChoice> choices,
        int tileIndexBits,
        int tileRowBits,
        Digest32 root,
        out ProofError? error)
    {
        error = choices.Length != program.Operations.Length
                ? new(ProofErrorCodes.Key, $"{choices.Length} choices for {program.Operations.Length} operations")
            : limbBits is < MinLimbBits or > MaxLimbBits
                ? new(ProofErrorCodes.Key, $"limbs of {limbBits} bits; {MinLimbBits} to {MaxLimbBits}")
            : tileIndexBits < 0 || tileRowBits < 0 || tileIndexBits > MaxTileBits || tileRowBits > MaxTileBits - tileIndexBits
                ? new(ProofErrorCodes.Key, $"tiles of 2^{tileIndexBits} by 2^{tileRowBits}; at most 2^{MaxTileBits} together")
            : !choices.All(HasEqualLists)
                ? new(ProofErrorCodes.Key, "a choice's two lists have different lengths, or none")
            : null;
        if (error is not null)
        {
            return null;
        }

        byte[] bytes = ProofKeyWriter.Write(program, weightsRoot, limbBits, choices, tileIndexBits, tileRowBits, root);
        return new(program, weightsRoot, limbBits, choices, tileIndexBits, tileRowBits, root, bytes);
    }

    private static bool HasEqualLists(TailChoice choice) => choice switch
    {
        TailChoice.Direct direct => direct.Before.Length == direct.After.Length && direct.Before.Length > 0,
        TailChoice.Split split => split.Lowest.Length == split.Highest.Length && split.Lowest.Length > 0,
        _ => true,
    };
}
