using Assay.Prover.Memory;

namespace Assay.Prover.Witness;

/// <summary>Memory that the steps of a witness use one after the other; grows to the largest need and stays.</summary>
internal sealed unsafe class WitnessScratch : IDisposable
{
    private NativeBuffer<short> _operand = new(1);
    private NativeBuffer<uint> _panels = new(1);
    private NativeBuffer<int> _sums = new(1);

    /// <summary>The inputs: one after the other, each [batch, shape]. Valid while a witness is being made.</summary>
    public short* Inputs { get; set; }

    /// <summary>An operand as 16-bit numbers.</summary>
    public short* Operand(long length) => Grown(ref _operand, length).Pointer;

    /// <summary>An operand rearranged for a kernel.</summary>
    public uint* Panels(long length) => Grown(ref _panels, length).Pointer;

    /// <summary>Results before they become columns.</summary>
    public int* Sums(long length) => Grown(ref _sums, length).Pointer;

    public void Dispose()
    {
        _operand.Dispose();
        _panels.Dispose();
        _sums.Dispose();
    }

    private static NativeBuffer<T> Grown<T>(ref NativeBuffer<T> buffer, long length)
        where T : unmanaged
    {
        if (buffer.Length < length)
        {
            buffer.Dispose();
            buffer = new NativeBuffer<T>(length);
        }

        return buffer;
    }
}
