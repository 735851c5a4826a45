namespace Assay.Programs;

internal static class Pad
{
    public static short[] Run(PadOperation op, TensorType xType, short[] x)
    {
        short[] y = new short[op.Result.Count];
        Array.Fill(y, op.Value);
        long[] strides = Strided.Strides(op.Result.Shape);
        for (int i = 0; i < x.Length; i++)
        {
            long at = 0;
            int rest = i;
            for (int axis = strides.Length - 1; axis >= 0; axis--)
            {
                at += (op.Before[axis] + (rest % xType.Shape[axis])) * strides[axis];
                rest /= xType.Shape[axis];
            }

            y[at] = x[i];
        }

        return y;
    }
}
