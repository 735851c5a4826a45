namespace Assay.Programs;

internal static class ReduceSum
{
    public static short[] Run(ReduceSumOperation op, TensorType xType, short[] x)
    {
        Rows rows = Rows.Along(op.Axis, xType.Shape);
        short[] y = new short[rows.Outer * rows.Inner];
        for (int outer = 0; outer < rows.Outer; outer++)
        {
            for (int inner = 0; inner < rows.Inner; inner++)
            {
                long sum = 0;
                for (int i = 0; i < rows.Length; i++)
                {
                    sum += x[rows.At(outer, i, inner)];
                }

                y[(outer * rows.Inner) + inner] = FixedPoint.Clamp(FixedPoint.Round(op.Multiplier * sum, op.Shift), op.Result);
            }
        }

        return y;
    }
}
