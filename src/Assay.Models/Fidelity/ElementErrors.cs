using Assay.Programs;

namespace Assay.Models.Fidelity;

/// <summary>One output's largest |exact - float| and |float| for each element, over items. Maxima, so the items' order makes no difference.</summary>
internal sealed class ElementErrors(int count)
{
    private readonly double[] _error = new double[count];
    private readonly double[] _size = new double[count];

    public static ElementErrors[] Of(ExactProgram program) =>
        [.. program.Outputs.Select(o => new ElementErrors(program.TypeOf(o.Value).Count))];

    public void Add(ReadOnlySpan<float> want, ReadOnlySpan<float> have)
    {
        for (int i = 0; i < _error.Length; i++)
        {
            _error[i] = Math.Max(_error[i], Math.Abs((double)have[i] - want[i]));
            _size[i] = Math.Max(_size[i], Math.Abs((double)want[i]));
        }
    }

    public void Add(ElementErrors other)
    {
        for (int i = 0; i < _error.Length; i++)
        {
            _error[i] = Math.Max(_error[i], other._error[i]);
            _size[i] = Math.Max(_size[i], other._size[i]);
        }
    }

    /// <summary>The first of the elements with the largest error relative to their own range.</summary>
    public (int Element, double Error) Worst()
    {
        (int element, double worst) = (0, -1);
        for (int i = 0; i < _error.Length; i++)
        {
            double error = _size[i] == 0 ? _error[i] : _error[i] / _size[i];
            (element, worst) = error > worst ? (i, error) : (element, worst);
        }

        return (element, worst);
    }
}
