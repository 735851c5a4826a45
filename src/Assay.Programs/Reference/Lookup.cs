namespace Assay.Programs;

internal static class Lookup
{
    public static short[] Run(TensorType xType, short[] x, LookupTable table)
    {
        short[] y = new short[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = table.Values[x[i] - xType.Lo];
        }

        return y;
    }
}
