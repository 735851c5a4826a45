using Assay.Proofs.Fields;

namespace Assay.Prover.Simd;

/// <summary>Elements of F in native memory, in blocks of 16 (<see cref="ExtensionVector{TS, TV}"/>) and in array form
/// (<see cref="ExtensionForm"/>). One at a time they are read and written in standard form.</summary>
/// <remarks>Safety: <see cref="Words"/> has <see cref="Blocks"/> times 64 words, until the array is disposed.</remarks>
internal sealed unsafe class ExtensionArray : IDisposable
{
    private readonly NativeArena _arena;
    private readonly long _bytes;

    /// <summary>Any content, but for zeros behind the last element up to its block's end.</summary>
    /// <param name="length">Elements, at least 1.</param>
    public ExtensionArray(NativeArena arena, long length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        _arena = arena;
        Length = length;
        Blocks = (length + ExtensionKernels.BlockElements - 1) / ExtensionKernels.BlockElements;
        _bytes = Blocks * ExtensionKernels.BlockWords * sizeof(uint);
        Words = (uint*)arena.Rent(_bytes);
        if (length % ExtensionKernels.BlockElements != 0)
        {
            Block(Blocks - 1).Clear();
        }
    }

    /// <summary>Elements.</summary>
    public long Length { get; }

    /// <summary>Blocks of 16 elements.</summary>
    public long Blocks { get; }

    /// <summary>The first block; null when disposed.</summary>
    public uint* Words { get; private set; }

    /// <summary>One element, in standard form.</summary>
    public Ext4 this[long index]
    {
        get => ExtensionForm.Leave(Get(Checked(index)));
        set => Set(Checked(index), ExtensionForm.Enter(value));
    }

    /// <summary>Elements in standard form, as a new array.</summary>
    public static ExtensionArray From(NativeArena arena, ReadOnlySpan<Ext4> elements)
    {
        ExtensionArray array = new(arena, elements.Length);
        for (int i = 0; i < elements.Length; i++)
        {
            array[i] = elements[i];
        }

        return array;
    }

    /// <summary>The same with the kernels: for many elements.</summary>
    public static ExtensionArray From(NativeArena arena, ExtensionKernels kernels, ReadOnlySpan<Ext4> elements)
    {
        ExtensionArray array = new(arena, elements.Length);
        array.Spread(elements);

        // To the kernels, elements in standard form are integers.
        kernels.Multiply(array.Words, array.Words, ExtensionConstant.ForIntegers(Ext4.One), array.Blocks);
        return array;
    }

    /// <summary>Writes elements as they are, without bringing them into array form.</summary>
    /// <param name="elements">At most as many as there are.</param>
    public void Spread(ReadOnlySpan<Ext4> elements)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(elements.Length, Length);
        for (int i = 0; i < elements.Length; i++)
        {
            Set(Words + WordOf(i), elements[i]);
        }
    }

    /// <summary>All elements, in standard form.</summary>
    public Ext4[] ToArray()
    {
        Ext4[] elements = new Ext4[Length];
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = this[i];
        }

        return elements;
    }

    /// <summary>Zeros everywhere.</summary>
    public void Clear()
    {
        for (long i = 0; i < Blocks; i++)
        {
            Block(i).Clear();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Words != null)
        {
            _arena.Return(Words, _bytes);
            Words = null;
        }
    }

    /// <summary>The place of an element's first coefficient, counted in words; the others are 16 words apart.</summary>
    public static long WordOf(long index) => (index / 16 * ExtensionKernels.BlockWords) + (index % 16);

    private Span<uint> Block(long block) => new(Words + (block * ExtensionKernels.BlockWords), ExtensionKernels.BlockWords);

    private uint* Checked(long index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)index, (ulong)Length);
        ObjectDisposedException.ThrowIf(Words == null, this);
        return Words + WordOf(index);
    }

    private static Ext4 Get(uint* words) => new(words[0], words[16], words[32], words[48]);

    private static void Set(uint* words, Ext4 value) => (words[0], words[16], words[32], words[48]) = (value.C0, value.C1, value.C2, value.C3);
}
