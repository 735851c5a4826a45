namespace Assay.Receipts;

/// <summary>
/// A level of verification: <c>signed</c>, or one or more of <c>replay</c>, <c>tee</c>, <c>zk</c> joined by <c>+</c>, meaning all of them (spec/levels.md).
/// Each of the three implies <c>signed</c>. The default value is <c>signed</c>, the weakest level.
/// </summary>
public readonly struct VerificationLevel : IEquatable<VerificationLevel>
{
    private const int Parts = 3;
    private static readonly string[] PartNames = ["replay", "tee", "zk"];
    private static readonly Basis[] PartBases = [Basis.Replay, Basis.Tee, Basis.Zk];
    private static readonly string[] Names = BuildNames();

    // Bit i stands for PartNames[i]; no bit is plain "signed".
    private readonly byte _bits;

    private VerificationLevel(int bits) => _bits = (byte)bits;

    /// <summary>The operator signed and logged what it received, ran and returned.</summary>
    public static VerificationLevel Signed => default;

    /// <summary>And someone else ran the same program on the same input with the same result.</summary>
    public static VerificationLevel Replay => new(1);

    /// <summary>And attested hardware held the key.</summary>
    public static VerificationLevel Tee => new(2);

    /// <summary>And a proof shows that this program on this input gives this output.</summary>
    public static VerificationLevel Zk => new(4);

    /// <summary>All eight levels, from <c>signed</c> to <c>replay+tee+zk</c>.</summary>
    public static IReadOnlyList<VerificationLevel> All { get; } = [.. Enumerable.Range(0, 1 << Parts).Select(static i => new VerificationLevel(i))];

    /// <summary>What the level requires beyond <c>signed</c>: of <see cref="Basis.Replay"/>, <see cref="Basis.Tee"/> and <see cref="Basis.Zk"/>, in this order.</summary>
    public IReadOnlyList<Basis> Evidence
    {
        get
        {
            List<Basis> result = [];
            for (int i = 0; i < Parts; i++)
            {
                if ((_bits >> i & 1) != 0)
                {
                    result.Add(PartBases[i]);
                }
            }

            return result;
        }
    }

    internal int Index => _bits;

    /// <summary>
    /// Reads a level as somebody writes it: parts in any order, none twice.
    /// Errors: <c>level/empty</c>, <c>level/unknown</c>, <c>level/repeated</c>.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out VerificationLevel level, out string? error)
    {
        level = default;
        error = text.IsEmpty ? LevelErrors.Empty : null;
        int bits = 0;
        bool signed = false;
        while (error is null)
        {
            int plus = text.IndexOf('+');
            ReadOnlySpan<char> part = plus < 0 ? text : text[..plus];
            int bit = PartBit(part);
            if (bit == 0 && !part.SequenceEqual("signed"))
            {
                error = LevelErrors.Unknown;
            }
            else if (bit == 0 ? signed : (bits & bit) != 0)
            {
                error = LevelErrors.Repeated;
            }

            signed |= bit == 0;
            bits |= bit;
            if (plus < 0)
            {
                break;
            }

            text = text[(plus + 1)..];
        }

        if (error is not null)
        {
            return false;
        }

        level = new VerificationLevel(bits);
        return true;
    }

    /// <summary>Reads a level that must be written canonically, as in log entries. Errors: those of <see cref="TryParse"/> and <c>level/not-canonical</c>.</summary>
    public static bool TryParseCanonical(ReadOnlySpan<char> text, out VerificationLevel level, out string? error)
    {
        if (TryParse(text, out level, out error) && !text.SequenceEqual(level.ToString()))
        {
            error = LevelErrors.NotCanonical;
        }

        return error is null;
    }

    /// <summary>The level that requires what both require.</summary>
    public VerificationLevel Join(VerificationLevel other) => new(_bits | other._bits);

    /// <summary>Whether everything that <paramref name="minimum"/> requires is required by this level too.</summary>
    public bool AtLeast(VerificationLevel minimum) => (_bits & minimum._bits) == minimum._bits;

    /// <summary>The canonical text, for example <c>tee+zk</c>.</summary>
    public override string ToString() => Names[_bits];

    public bool Equals(VerificationLevel other) => _bits == other._bits;

    public override bool Equals(object? obj) => obj is VerificationLevel other && Equals(other);

    public override int GetHashCode() => _bits;

    public static bool operator ==(VerificationLevel left, VerificationLevel right) => left.Equals(right);

    public static bool operator !=(VerificationLevel left, VerificationLevel right) => !left.Equals(right);

    private static int PartBit(ReadOnlySpan<char> part)
    {
        for (int i = 0; i < Parts; i++)
        {
            if (part.SequenceEqual(PartNames[i]))
            {
                return 1 << i;
            }
        }

        return 0;
    }

    private static string[] BuildNames()
    {
        string[] names = new string[1 << Parts];
        names[0] = "signed";
        for (int set = 1; set < names.Length; set++)
        {
            names[set] = string.Join('+', Enumerable.Range(0, Parts).Where(i => (set >> i & 1) != 0).Select(static i => PartNames[i]));
        }

        return names;
    }
}
