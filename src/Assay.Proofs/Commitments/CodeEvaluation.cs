using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Assay.Proofs.Circuits;
using Assay.Proofs.Fields;

namespace Assay.Proofs.Commitments;

/// <summary>Symbols of the codeword of a row over F.</summary>
internal static class CodeEvaluation
{
    /// <summary><c>Σ_i row[i] ω^(q i)</c> for each position q, ω of the code's length.</summary>
    public static Ext4[] At(Ext4[] row, int codeLength, ReadOnlySpan<int> positions)
    {
        // The last levels would be done for each position, one number at a time: few are asked for.
        int bits = Bits.Ceiling(codeLength);
        int lowest = Math.Min(3, bits);
        int size = 1 << lowest;
        uint root = KoalaBear.RootOfUnity(lowest);
        int[] places = new int[positions.Length];
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = Transform.Place(positions[i], bits);
        }

        int[] ascending = [.. places];
        Array.Sort(ascending);
        uint[] words = new uint[codeLength];
        uint[][] symbols = [new uint[places.Length], new uint[places.Length], new uint[places.Length], new uint[places.Length]];
        for (int c = 0; c < symbols.Length; c++)
        {
            words.AsSpan(row.Length).Clear();
            Coordinate(row, c, words);
            Transform.Forward(words, 1 << Bits.Ceiling(row.Length), ascending, lowest, Avx2.IsSupported);
            for (int i = 0; i < places.Length; i++)
            {
                uint x = KoalaBear.Pow(root, (ulong)(positions[i] >> (bits - lowest)));
                symbols[c][i] = At(words, places[i] >> lowest << lowest, size, x);
            }
        }

        Ext4[] values = new Ext4[places.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = new(symbols[0][i], symbols[1][i], symbols[2][i], symbols[3][i]);
        }

        return values;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Coordinate(Ext4[] row, int coordinate, Span<uint> words)
    {
        for (int i = 0; i < row.Length; i++)
        {
            Ext4 element = row[i];
            words[i] = coordinate switch { 0 => element.C0, 1 => element.C1, 2 => element.C2, _ => element.C3 };
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static uint At(uint[] words, int block, int size, uint x)
    {
        uint value = 0;
        for (int i = size - 1; i >= 0; i--)
        {
            value = KoalaBear.Add(KoalaBear.Mul(value, x), words[block + i]);
        }

        return value;
    }
}
