using System.Runtime.InteropServices;

namespace Assay.Llama;

/// <summary><c>llama_batch</c>: null positions and sequences mean the next ones of sequence 0.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TokenBatch
{
    public int Count;
    public int* Tokens;
    public float* Embeddings;
    public int* Positions;
    public int* SequenceCounts;
    public int** Sequences;
    public sbyte* Outputs;
}
