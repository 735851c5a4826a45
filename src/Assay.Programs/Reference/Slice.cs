namespace Assay.Programs;

internal static class Slice
{
    public static short[] Run(SliceOperation op, TensorType xType, short[] x)
    {
        long[] strides = Strided.Strides(xType.Shape);
        long origin = 0;
        for (int axis = 0; axis < strides.Length; axis++)
        {
            origin += op.Starts[axis] * strides[axis];
            strides[axis] *= op.Steps[axis];
        }

        return Strided.Read(x, origin, strides, op.Result.Shape);
    }
}
