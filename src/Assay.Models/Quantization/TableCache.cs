using Assay.Programs;

namespace Assay.Models.Quantization;

/// <summary>Tables are exact and slow to make; the search for widths asks for the same ones again and again.</summary>
internal sealed class TableCache
{
    private readonly Dictionary<(ScalarFunction? Function, int Lo, int Hi, double Scale, int OutLo, int OutHi, double OutScale), LookupTable> _tables = [];
    private readonly Dictionary<(ScalarFunction Function, double Lo, double Hi, int Bits), (double Lo, double Hi)> _notFlat = [];

    public LookupTable Function(ScalarFunction function, TensorType x, double scale, TensorType result, double resultScale) => Get(
        (function, x.Lo, x.Hi, scale, result.Lo, result.Hi, resultScale), () => TableBuilder.Of(function, x, scale, result, resultScale));

    /// <summary>Where in [lo, hi] a function isn't flat for a result of so many bits.</summary>
    public (double Lo, double Hi) NotFlat(ScalarFunction function, double lo, double hi, int bits, Func<(double Lo, double Hi)> find)
    {
        if (!_notFlat.TryGetValue((function, lo, hi, bits), out (double Lo, double Hi) range))
        {
            _notFlat.Add((function, lo, hi, bits), range = find());
        }

        return range;
    }

    public LookupTable SoftmaxExp(TensorType x, double scale, short peak) =>
        Get((null, x.Lo, x.Hi, scale, 0, peak, 1), () => TableBuilder.SoftmaxExp(x, scale, peak));

    private LookupTable Get((ScalarFunction?, int, int, double, int, int, double) key, Func<LookupTable> make)
    {
        if (!_tables.TryGetValue(key, out LookupTable? table))
        {
            _tables.Add(key, table = make());
        }

        return table;
    }
}
