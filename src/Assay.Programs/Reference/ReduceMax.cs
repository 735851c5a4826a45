namespace Assay.Programs;

internal static class ReduceMax
{
    public static short[] Run(ReduceMaxOperation op, TensorType xType, short[] x)
    {
        Rows rows = Rows.Along(op.Axis, xType.Shape);
        short[] y = new short[rows.Outer * rows.Inner];
        for (int outer = 0; outer < rows.Outer; outer++)
        {
            for (int inner = 0; inner < rows.Inner; inner++)
            {
                short max = short.MinValue;
                for (int i = 0; i < rows.Length; i++)
                {
                    max = Math.Max(max, x[rows.At(outer, i, inner)]);
                }

                y[(outer * rows.Inner) + inner] = max;
            }
        }

        return y;
    }
}
