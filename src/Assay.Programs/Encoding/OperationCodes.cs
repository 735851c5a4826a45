namespace Assay.Programs;

/// <summary>First element of an encoded operation. A published number never changes meaning.</summary>
internal static class OperationCodes
{
    public const int Linear = 1;
    public const int Conv = 2;
    public const int Lookup = 3;
    public const int Rescale = 4;
    public const int Add = 5;
    public const int MaxPool = 6;
    public const int AveragePool = 7;
    public const int Softmax = 8;
    public const int Reshape = 9;
    public const int Mul = 10;
    public const int MatMul = 11;
    public const int Affine = 12;
    public const int ReduceSum = 13;
    public const int ReduceMax = 14;
    public const int Max = 15;
    public const int Min = 16;
    public const int Divide = 17;
    public const int Normalize = 18;
    public const int RootSum = 19;
    public const int Select = 20;
    public const int TopK = 21;
    public const int Transpose = 22;
    public const int Slice = 23;
    public const int Gather = 24;
    public const int Concat = 25;
    public const int Pad = 26;
    public const int Embedding = 27;
    public const int Constant = 28;

    public const int First = Linear;
    public const int Last = Constant;
}
