using System.Runtime.InteropServices;

namespace Assay.Llama;

/// <summary>
/// <c>llama_context_params</c> of llama.cpp 0.5, as far as it is set here. Larger than the library's: a struct of this size is passed in memory by
/// every calling convention in use, so what follows its end does no harm.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 512)]
internal struct ContextParameters
{
    [FieldOffset(0)]
    public uint Context;

    [FieldOffset(4)]
    public uint Batch;

    [FieldOffset(8)]
    public uint MicroBatch;

    [FieldOffset(12)]
    public uint Sequences;

    [FieldOffset(28)]
    public int Threads;

    [FieldOffset(32)]
    public int BatchThreads;

    [FieldOffset(40)]
    public int RopeScaling;

    /// <summary>-1: as the model says; 1: mean.</summary>
    [FieldOffset(44)]
    public int Pooling;

    [FieldOffset(48)]
    public int Attention;

    /// <summary>-1: where it can; 0: never.</summary>
    [FieldOffset(52)]
    public int FlashAttention;

    [FieldOffset(84)]
    public float Defragment;

    [FieldOffset(104)]
    public int TypeK;

    [FieldOffset(108)]
    public int TypeV;

    /// <summary><c>bool (*)(void*)</c>.</summary>
    [FieldOffset(112)]
    public nint Abort;

    [FieldOffset(120)]
    public nint AbortData;

    [FieldOffset(128)]
    public byte Embeddings;

    [FieldOffset(130)]
    public byte NoPerformanceTimings;

    /// <summary>Whether these are the defaults of the release that the offsets are of: another release's would be misread silently.</summary>
    internal readonly bool AreExpectedDefaults =>
        (Context, Batch, MicroBatch, Sequences, Threads, BatchThreads) == (512, 2048, 512, 1, 4, 4) && (RopeScaling, Pooling, Attention, FlashAttention) == (-1, -1, -1, -1)
        && Defragment == -1 && (TypeK, TypeV) == (1, 1) && (Abort, AbortData) == (0, 0) && (Embeddings, NoPerformanceTimings) == (0, 1);
}
