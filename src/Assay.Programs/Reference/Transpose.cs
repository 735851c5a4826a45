namespace Assay.Programs;

internal static class Transpose
{
    public static short[] Run(TransposeOperation op, TensorType xType, short[] x)
    {
        long[] strides = Strided.Strides(xType.Shape);
        return Strided.Read(x, 0, [.. op.Permutation.Select(axis => strides[axis])], op.Result.Shape);
    }
}
