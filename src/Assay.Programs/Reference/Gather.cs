namespace Assay.Programs;

internal static class Gather
{
    public static short[] Run(GatherOperation op, TensorType xType, short[] x)
    {
        Rows from = Rows.Along(op.Axis, xType.Shape);
        Rows to = Rows.Along(op.Axis, op.Result.Shape);
        short[] y = new short[op.Result.Count];
        for (int outer = 0; outer < to.Outer; outer++)
        {
            for (int i = 0; i < to.Length; i++)
            {
                for (int inner = 0; inner < to.Inner; inner++)
                {
                    y[to.At(outer, i, inner)] = x[from.At(outer, op.Indices[i], inner)];
                }
            }
        }

        return y;
    }
}
