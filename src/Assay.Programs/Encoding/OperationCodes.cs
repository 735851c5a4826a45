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
}
