using Assay.Proofs.Fields;
using Assay.Prover.Simd;
using Assay.Prover.Threading;

namespace Assay.Prover.Sumchecks;

/// <summary>The prover's tables of a sumcheck for <c>Σ a(x) b(x)</c> over <c>2^bits</c> x, which binds the highest bit first
/// (Lund, Fortnow, Karloff, Nisan 1992). a may be integers until the first bit is bound.</summary>
/// <remarks>
/// Binding a bit folds both tables and computes the next round's message on each tile while it is in the cache. Safety: all
/// loops count blocks below the tables' lengths.
/// </remarks>
internal sealed unsafe class ProductTables : IDisposable
{
    private const int ScalarBits = 4;
    private readonly ExtensionArray? _own;
    private readonly WorkerTeam _team;
    private readonly ProductPass _pass;
    private long _blocks;
    private Ext4[] _a = [];
    private Ext4[] _b = [];
    private (Ext4 AtZero, Ext4 AtInfinity)? _message;

    /// <param name="a">At most 2^bits elements, the others are 0. It is overwritten, and remains the caller's.</param>
    /// <param name="b">As many elements as a; likewise.</param>
    public ProductTables(ExtensionKernels kernels, WorkerTeam team, ExtensionArray a, ExtensionArray b, int bits)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(b.Length, a.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(a.Length, 1L << bits);
        _team = team;
        _pass = new(kernels) { A = a.Words, B = b.Words };
        _blocks = a.Blocks;
        Bits = bits;
        LeaveBlocks();
    }

    /// <param name="a">Integers larger than -p and smaller than p, as many as b has elements; they aren't changed, and must stay
    /// until the first bit is bound.</param>
    /// <param name="b">At most 2^bits elements, the others are 0. It is overwritten, and remains the caller's.</param>
    public ProductTables(ExtensionKernels kernels, NativeArena arena, WorkerTeam team, int* a, ExtensionArray b, int bits)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(b.Length, 1L << bits);
        _team = team;
        _own = new(arena, Math.Min(b.Length, 1L << Math.Max(bits - 1, ScalarBits)));
        _pass = new(kernels) { A = _own.Words, Integers = a, Count = b.Length, B = b.Words };
        _blocks = b.Blocks;
        Bits = bits;
        if (bits <= ScalarBits)
        {
            kernels.MultiplyIntegers(_own.Words, a, ExtensionConstant.ForIntegers(Ext4.One), b.Length);
            _pass.Integers = null;
            LeaveBlocks();
        }
    }

    /// <summary>Bits that aren't bound yet.</summary>
    public int Bits { get; private set; }

    /// <summary>a and b at the point, once all bits are bound.</summary>
    public (Ext4 A, Ext4 B) Values => Bits == 0 ? (_a[0], _b[0]) : throw new InvalidOperationException("There are bits to bind.");

    /// <summary>Σ a(x) b(x).</summary>
    public Ext4 Sum()
    {
        if (Bits <= ScalarBits)
        {
            Ext4 sum = Ext4.Zero;
            for (int i = 0; i < _a.Length; i++)
            {
                sum += _a[i] * _b[i];
            }

            return sum;
        }

        return _pass.Integers != null
            ? _pass.Kernels.DotIntegers(_pass.Integers, _pass.B, _pass.Count)
            : _pass.Kernels.Dot(_pass.A, _pass.B, _blocks);
    }

    /// <summary>For the highest bit X that isn't bound: the sum over the others at X = 0, and its coefficient of X^2.</summary>
    public (Ext4 AtZero, Ext4 AtInfinity) Message()
    {
        if (_message is null)
        {
            if (Bits <= ScalarBits)
            {
                _message = ScalarMessage();
            }
            else
            {
                _pass.Sums(_blocks, 1L << (Bits - 1 - ScalarBits));
                _team.Run(_pass, _pass.Parts);
                _message = _pass.Total();
            }
        }

        return _message.Value;
    }

    /// <summary>Binds the highest bit to r.</summary>
    public void Bind(Ext4 r)
    {
        _message = null;
        Bits--;
        if (Bits < ScalarBits)
        {
            (_a, _b) = (ScalarFold(_a, r), ScalarFold(_b, r));
            return;
        }

        long half = 1L << (Bits - ScalarBits);
        _pass.Fold(_blocks, half, r);
        _team.Run(_pass, _pass.Parts);
        _pass.Integers = null;
        _blocks = Math.Min(_blocks, half);
        if (Bits > ScalarBits)
        {
            _message = _pass.Total();
        }

        LeaveBlocks();
    }

    /// <inheritdoc/>
    public void Dispose() => _own?.Dispose();

    /// <summary>The last few elements go on in standard form.</summary>
    private void LeaveBlocks()
    {
        if (Bits <= ScalarBits)
        {
            (_a, _b) = (Elements(_pass.A), Elements(_pass.B));
        }
    }

    private Ext4[] Elements(uint* block)
    {
        Ext4[] elements = new Ext4[1 << Bits];
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = ExtensionForm.Leave(new Ext4(block[i], block[i + 16], block[i + 32], block[i + 48]));
        }

        return elements;
    }

    private (Ext4 AtZero, Ext4 AtInfinity) ScalarMessage()
    {
        int half = _a.Length / 2;
        (Ext4 zero, Ext4 infinity) = (Ext4.Zero, Ext4.Zero);
        for (int i = 0; i < half; i++)
        {
            zero += _a[i] * _b[i];
            infinity += (_a[i + half] - _a[i]) * (_b[i + half] - _b[i]);
        }

        return (zero, infinity);
    }

    private static Ext4[] ScalarFold(Ext4[] table, Ext4 r)
    {
        Ext4[] folded = new Ext4[table.Length / 2];
        for (int i = 0; i < folded.Length; i++)
        {
            folded[i] = table[i] + (r * (table[i + folded.Length] - table[i]));
        }

        return folded;
    }
}
