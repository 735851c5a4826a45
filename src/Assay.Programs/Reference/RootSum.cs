namespace Assay.Programs;

internal static class RootSum
{
    public static short[] Run(RootSumOperation op, TensorType xType, short[] x)
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
                    short element = x[rows.At(outer, i, inner)];
                    sum += (long)element * element;
                }

                long root = (long)SquareRoot.Floor((UInt128)sum << (2 * op.Bits));
                y[(outer * rows.Inner) + inner] = FixedPoint.Clamp(FixedPoint.Round(root, op.Shift), op.Result);
            }
        }

        return y;
    }
}
