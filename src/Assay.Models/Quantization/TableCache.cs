using Assay.Programs;

namespace Assay.Models.Quantization;

/// <summary>Tables are exact and slow to make; the search for widths asks for the same ones again and again.</summary>
internal sealed class TableCache
{
    private readonly Dictionary<(string Kind, int Lo, int Hi, double Scale, int OutLo, int OutHi, double OutScale), LookupTable> _tables = [];

    public LookupTable Function(ScalarFunction function, TensorType x, double scale, TensorType result, double resultScale) => Get(
        (function.ToString()!, x.Lo, x.Hi, scale, result.Lo, result.Hi, resultScale),
        () => function == ScalarFunction.Sigmoid
            ? TableBuilder.Sigmoid(x, scale, result, resultScale)
            : TableBuilder.Tanh(x, scale, result, resultScale));

    public LookupTable SoftmaxExp(TensorType x, double scale, short peak) =>
        Get(("SoftmaxExp", x.Lo, x.Hi, scale, 0, peak, 1), () => TableBuilder.SoftmaxExp(x, scale, peak));

    private LookupTable Get((string, int, int, double, int, int, double) key, Func<LookupTable> make)
    {
        if (!_tables.TryGetValue(key, out LookupTable? table))
        {
            _tables.Add(key, table = make());
        }

        return table;
    }
}
