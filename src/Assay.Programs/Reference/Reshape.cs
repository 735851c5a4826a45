namespace Assay.Programs;

internal static class Reshape
{
    public static short[] Run(short[] x) => [.. x];
}
