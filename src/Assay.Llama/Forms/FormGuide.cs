namespace Assay.Llama;

/// <summary>Which tokens may follow in an answer that must have a form. One for each choice; the grammar may be shared by choices one after the other.</summary>
/// <param name="grammar">The form.</param>
/// <param name="pieces">What each token adds to the text.</param>
/// <param name="isEnd">Whether a token ends it.</param>
internal sealed class FormGuide(Grammar grammar, byte[][] pieces, bool[] isEnd)
{
    // Each has a number per token.
    private const int MaxKept = 64;

    private readonly bool[] _allowed = new bool[pieces.Length];
    private readonly Queue<Grammar.State> _kept = new();
    private Grammar.State _state = grammar.Start;

    /// <summary>Whether nothing more may come.</summary>
    public bool IsComplete => _state.MustEnd;

    /// <summary>
    /// The tokens after which the answer can still get its form, with one token for each missing byte, in the tokens that are left; where
    /// there is none, those after which it can get its form at all.
    /// </summary>
    /// <param name="left">Tokens that are left, this one included.</param>
    public ReadOnlySpan<bool> Allowed(int left)
    {
        int[] after = _state.After ??= Computed();
        bool any = false;
        for (int token = 0; token < after.Length; token++)
        {
            any |= _allowed[token] = after[token] < left;
        }

        for (int token = 0; token < after.Length && !any; token++)
        {
            _allowed[token] = after[token] != Element.Endless;
        }

        return _allowed;
    }

    public void Take(int token)
    {
        grammar.Trim();
        _state = After(token) ?? throw new InvalidOperationException("The token wasn't allowed.");
    }

    private int[] Computed()
    {
        int[] after = new int[pieces.Length];
        for (int token = 0; token < after.Length; token++)
        {
            after[token] = isEnd[token] ? _state.MayEnd ? 0 : Element.Endless : pieces[token].Length == 0 ? Element.Endless : After(token)?.Least ?? Element.Endless;
        }

        _kept.Enqueue(_state);
        if (_kept.Count > MaxKept)
        {
            _kept.Dequeue().After = null;
        }

        return after;
    }

    private Grammar.State? After(int token)
    {
        Grammar.State? state = _state;
        foreach (byte value in pieces[token])
        {
            state = grammar.Next(state, value);
            if (state is null)
            {
                break;
            }
        }

        return state;
    }
}
