using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Assay.Proofs.Fields;
using Assay.Prover.Memory;
using Assay.Prover.Simd;
using Assay.Prover.Threading;

namespace Assay.Prover.Commitments;

/// <summary>Rows of integers as coefficients of polynomials, and their values at the powers of ω: a Reed-Solomon code of rate 1/4
/// (spec/proof-system.md, section 6.1). Position-major: the symbols of all rows at one position, a leaf, are neighbours.</summary>
internal sealed unsafe class RowCode : IDisposable
{
    /// <summary>Rows that one part of the work encodes: a cache line at each position.</summary>
    private const int Group = 16;

    /// <summary>Codewords above this are written past the caches.</summary>
    private const long CacheBytes = 4 << 20;

    /// <summary>Fewer cells are encoded before another thread is awake.</summary>
    private const long CellsForThreads = 1 << 13;

    private readonly NttPlan _plan;
    private readonly VectorPath _path;
    private readonly Lock _lock = new();
    private readonly Stack<NativeBuffer<uint>> _scratch = [];

    /// <param name="bits">log2 of a row's cells, 0 to 20.</param>
    /// <param name="rows">Rows, 1 or more.</param>
    /// <param name="path">Resolved.</param>
    public RowCode(int bits, int rows, VectorPath path)
    {
        Bits = bits;
        Rows = rows;
        Pitch = PitchOf(rows);
        _path = path;
        _plan = NttPlan.Of(bits);
    }

    /// <summary>log2 of a row's cells.</summary>
    public int Bits { get; }

    /// <summary>Rows.</summary>
    public int Rows { get; }

    /// <summary>Words from position to position: whole vectors, or a part of one.</summary>
    public int Pitch { get; }

    /// <summary>Positions.</summary>
    public int Positions => 4 << Bits;

    /// <summary>Words of a codeword.</summary>
    public long Words => (long)Positions * Pitch;

    /// <summary>Words from position to position for so many rows.</summary>
    public static int PitchOf(int rows) => rows <= Group ? (int)BitOperations.RoundUpToPowerOf2((uint)rows) : (rows + Group - 1) & -Group;

    /// <summary>Encodes rows that lie one after the other.</summary>
    /// <param name="cells">Integers above -p and below p (int), or any (short).</param>
    /// <param name="count">Cells; what is missing in the last row is 0.</param>
    /// <param name="codeword"><see cref="Words"/> words.</param>
    /// <param name="team">Threads.</param>
    public void Encode<T>(T* cells, long count, uint* codeword, WorkerTeam team)
        where T : unmanaged
    {
        int groups = (Rows + Group - 1) / Group;

        // A few rows only: the four transforms of a group are parts of their own, and each reads the rows for itself.
        int split = groups < 4 && team.Threads > 1 && count >= CellsForThreads ? 4 : 1;
        if (groups * split == 1 || count < CellsForThreads)
        {
            for (int group = 0; group < groups; group++)
            {
                EncodePart(group, 1, cells, count, codeword);
            }

            return;
        }

        team.Run(new TeamAction(part => EncodePart(part, split, cells, count, codeword)), groups * split);
    }

    /// <summary>Frees the scratch memory.</summary>
    public void Dispose()
    {
        while (_scratch.TryPop(out NativeBuffer<uint>? buffer))
        {
            buffer.Dispose();
        }
    }

    private void EncodePart<T>(int part, int split, T* cells, long count, uint* codeword)
        where T : unmanaged
    {
        NativeBuffer<uint> scratch = Rent();
        int from = split == 1 ? 0 : part % split;
        int to = split == 1 ? 4 : from + 1;
        switch (_path)
        {
            case VectorPath.Vector512:
                EncodeGroup<BaseVector512, Vector512<uint>, T>(part / split, from, to, cells, count, codeword, scratch.Pointer);
                break;
            case VectorPath.Vector256:
                EncodeGroup<BaseVector256, Vector256<uint>, T>(part / split, from, to, cells, count, codeword, scratch.Pointer);
                break;
            default:
                EncodeGroup<BaseVectorScalar, uint, T>(part / split, from, to, cells, count, codeword, scratch.Pointer);
                break;
        }

        Return(scratch);
    }

    private void EncodeGroup<TS, TV, T>(int group, int from, int to, T* cells, long count, uint* codeword, uint* scratch)
        where TS : struct, IBaseVector<TV>
        where TV : unmanaged
        where T : unmanaged
    {
        int first = group * Group;
        int width = Math.Min(Group, Pitch - first);
        int parts = (width + TS.Lanes - 1) / TS.Lanes;
        TV* data = (TV*)scratch;
        TV* work = (TV*)(scratch + ((nint)Group << Bits));
        for (int part = 0; part < parts; part++)
        {
            LoadRows<TS, TV, T>(first + (part * TS.Lanes), cells, count, data + ((nint)part << Bits));
        }

        NttTarget target = new()
        {
            First = codeword + first,
            Pitch = Pitch,
            Width = width,
            Streams = width % TS.Lanes == 0 && (nint)codeword % sizeof(TV) == 0 && Words * sizeof(uint) > CacheBytes,
        };
        for (int j = from; j < to; j++)
        {
            Ntt<TS, TV>.Evaluate(_plan, data, work, j, target);
        }
    }

    /// <summary>One row in each lane, as residues.</summary>
    private void LoadRows<TS, TV, T>(int first, T* cells, long count, TV* data)
        where TS : struct, IBaseVector<TV>
        where TV : unmanaged
        where T : unmanaged
    {
        const int Words = 16;
        int size = 1 << Bits;
        TV p = TS.Broadcast(KoalaBear.P);
        TV* vectors = stackalloc TV[Words];
        int* staged = stackalloc int[Words * TS.Lanes];
        uint** sources = stackalloc uint*[TS.Lanes];
        bool direct = sizeof(T) == sizeof(int) && size >= Words && ((long)(first + TS.Lanes) << Bits) <= count;
        for (int lane = 0; lane < TS.Lanes; lane++)
        {
            sources[lane] = direct ? (uint*)(cells + ((nint)(first + lane) << Bits)) : (uint*)(staged + (Words * lane));
        }

        for (int i = 0; i < size; i += Words)
        {
            for (int lane = 0; lane < TS.Lanes && !direct; lane++)
            {
                long at = ((long)(first + lane) << Bits) + i;
                Stage(cells + at, (int)Math.Clamp(count - at, 0, Math.Min(Words, size)), staged + (Words * lane));
            }

            TS.LoadWords(sources, direct ? i : 0, vectors);
            for (int w = 0; w < Math.Min(Words, size); w++)
            {
                // A negative number is a large one without a sign; with p added it is the smaller of both.
                data[i + w] = TS.Min(vectors[w], TS.Add(vectors[w], p));
            }
        }
    }

    /// <summary>Up to 16 cells as 32-bit integers, and zeros.</summary>
    private static void Stage<T>(T* cells, int count, int* staged)
        where T : unmanaged
    {
        if (typeof(T) == typeof(short) && count == 16)
        {
            (Vector256<int> low, Vector256<int> high) = Vector256.Widen(Vector256.Load((short*)cells));
            low.Store(staged);
            high.Store(staged + 8);
            return;
        }

        for (int i = 0; i < 16; i++)
        {
            staged[i] = i >= count ? 0 : typeof(T) == typeof(short) ? Unsafe.As<T, short>(ref cells[i]) : Unsafe.As<T, int>(ref cells[i]);
        }
    }

    private NativeBuffer<uint> Rent()
    {
        lock (_lock)
        {
            if (_scratch.TryPop(out NativeBuffer<uint>? buffer))
            {
                return buffer;
            }
        }

        return new(2 * (long)Group << Bits);
    }

    private void Return(NativeBuffer<uint> buffer)
    {
        lock (_lock)
        {
            _scratch.Push(buffer);
        }
    }
}
