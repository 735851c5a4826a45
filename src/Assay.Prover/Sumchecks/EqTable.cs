using Assay.Proofs.Fields;
using Assay.Prover.Simd;
using Assay.Prover.Threading;

namespace Assay.Prover.Sumchecks;

/// <summary>Tables of <c>eq(z, i)</c> (spec/proof-system.md, section 1).</summary>
internal static unsafe class EqTable
{
    private const int BlockBits = 4;

    /// <summary>Bits of the part that stays in the first-level cache.</summary>
    private const int LowBits = 10;

    /// <summary><c>scale * eq(z, i)</c> for all <c>2^z.Length</c> i.</summary>
    /// <param name="z">The point, lowest bit first.</param>
    public static ExtensionArray Build(ExtensionKernels kernels, NativeArena arena, WorkerTeam team, ReadOnlySpan<Ext4> z, Ext4 scale)
    {
        ExtensionArray table = new(arena, 1L << z.Length);
        if (z.Length <= LowBits)
        {
            Fill(kernels, table.Words, z, scale);
            return table;
        }

        using ExtensionArray low = new(arena, 1 << LowBits);
        Fill(kernels, low.Words, z[..LowBits], Ext4.One);
        ExtensionConstant[] high = Array.ConvertAll(Scalars(z[LowBits..], scale), ExtensionConstant.From);
        OuterProduct outer = new(kernels, table, low, high);
        team.Run(outer, outer.Parts);
        return table;
    }

    /// <summary>The same in standard form, for few bits.</summary>
    public static Ext4[] Scalars(ReadOnlySpan<Ext4> z, Ext4 scale)
    {
        Ext4[] table = new Ext4[1 << z.Length];
        Scalars(z, scale, table);
        return table;
    }

    /// <summary>The same, written to a table.</summary>
    public static void Scalars(ReadOnlySpan<Ext4> z, Ext4 scale, Span<Ext4> table)
    {
        table[0] = scale;
        for (int t = 0; t < z.Length; t++)
        {
            for (int i = 0; i < 1 << t; i++)
            {
                Ext4 high = table[i] * z[t];
                table[(1 << t) + i] = high;
                table[i] -= high;
            }
        }
    }

    /// <summary><c>scale * eq(z, i)</c> in memory with room for <c>2^z.Length</c> elements in whole blocks; a block's rest is 0.</summary>
    public static void Fill(ExtensionKernels kernels, uint* words, ReadOnlySpan<Ext4> z, Ext4 scale)
    {
        int first = Math.Min(z.Length, BlockBits);
        Span<Ext4> elements = stackalloc Ext4[1 << first];
        Scalars(z[..first], scale, elements);
        new Span<uint>(words, ExtensionKernels.BlockWords).Clear();
        for (int i = 0; i < elements.Length; i++)
        {
            Ext4 form = ExtensionForm.Enter(elements[i]);
            (words[i], words[i + 16], words[i + 32], words[i + 48]) = (form.C0, form.C1, form.C2, form.C3);
        }

        for (int t = BlockBits; t < z.Length; t++)
        {
            long blocks = 1L << (t - BlockBits);
            kernels.Split(words, words + (blocks * ExtensionKernels.BlockWords), ExtensionConstant.From(z[t]), blocks);
        }
    }

    private sealed class OuterProduct(ExtensionKernels kernels, ExtensionArray table, ExtensionArray low, ExtensionConstant[] high) : ITeamJob
    {
        private const int PerPart = 32;

        public int Parts => (high.Length + PerPart - 1) / PerPart;

        public void Run(int part)
        {
            for (int i = part * PerPart; i < Math.Min((part + 1) * PerPart, high.Length); i++)
            {
                kernels.Multiply(table.Words + (i * low.Blocks * ExtensionKernels.BlockWords), low.Words, high[i], low.Blocks);
            }
        }
    }
}
