namespace Assay.Llama;

/// <summary>Tokens by descending value, ties ascending by token, sorted as far as they are asked for: a heap that gives up its first, in place.</summary>
internal ref struct Descending
{
    private readonly Span<int> _tokens;
    private readonly ReadOnlySpan<double> _values;
    private int _left;

    /// <param name="tokens">The tokens; their order is ours from now on.</param>
    /// <param name="values">A number for each token.</param>
    public Descending(Span<int> tokens, ReadOnlySpan<double> values)
    {
        _tokens = tokens;
        _values = values;
        _left = tokens.Length;
        for (int i = (_left / 2) - 1; i >= 0; i--)
        {
            Sink(i);
        }
    }

    /// <summary>The first of those that are left.</summary>
    public readonly int First => _tokens[0];

    /// <summary>How many are left.</summary>
    public readonly int Left => _left;

    /// <summary>All, in no order.</summary>
    public readonly Span<int> All => _tokens;

    /// <summary>Those that <see cref="Next"/> gave, in no order.</summary>
    public readonly Span<int> Taken => _tokens[_left..];

    /// <summary>Takes the first.</summary>
    public int Next()
    {
        int first = _tokens[0];
        _tokens[0] = _tokens[--_left];
        _tokens[_left] = first;
        Sink(0);
        return first;
    }

    private readonly void Sink(int place)
    {
        for (int child; (child = (2 * place) + 1) < _left; place = child)
        {
            if (child + 1 < _left && IsBefore(_tokens[child + 1], _tokens[child]))
            {
                child++;
            }

            if (!IsBefore(_tokens[child], _tokens[place]))
            {
                break;
            }

            (_tokens[place], _tokens[child]) = (_tokens[child], _tokens[place]);
        }
    }

    private readonly bool IsBefore(int a, int b) => _values[a] > _values[b] || (_values[a] == _values[b] && a < b);
}
