namespace Assay.Programs;

internal static class Concat
{
    public static short[] Run(ConcatOperation op, ExactProgram program, short[][] values)
    {
        Rows to = Rows.Along(op.Axis, op.Result.Shape);
        short[] y = new short[op.Result.Count];
        int start = 0;
        foreach (int operand in op.Operands)
        {
            Rows from = Rows.Along(op.Axis, program.TypeOf(operand).Shape);
            for (int outer = 0; outer < from.Outer; outer++)
            {
                for (int i = 0; i < from.Length; i++)
                {
                    for (int inner = 0; inner < from.Inner; inner++)
                    {
                        y[to.At(outer, start + i, inner)] = values[operand][from.At(outer, i, inner)];
                    }
                }
            }

            start += from.Length;
        }

        return y;
    }
}
