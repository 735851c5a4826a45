using System.Runtime.CompilerServices;

namespace Assay.Engine.Kernels;

/// <summary>Walks the outer loops of a nest: where each operand is at every turn.</summary>
/// <remarks>Safety: positions are sums of the plan's strides, for turns below the plan's lengths.</remarks>
internal unsafe struct Odometer(Loop* loops, int count)
{
    /// <summary>More loops than a nest can have: a shape has eight axes, and operands can cut each into a few.</summary>
    public const int MaxLoops = 64;

    private fixed int _turns[MaxLoops];

    public nint Y;
    public nint A;
    public nint B;
    public nint C;

    /// <summary>Moves the start to the first turn.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Start()
    {
        for (int i = 0; i < count; i++)
        {
            A += loops[i].PlaceOf(0);
        }
    }

    /// <summary>The next turn; false after the last one.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool Next()
    {
        for (int i = count - 1; i >= 0; i--)
        {
            ref Loop loop = ref loops[i];
            int turn = _turns[i];
            A -= loop.PlaceOf(turn);
            if (++turn < loop.Length)
            {
                _turns[i] = turn;
                (Y, A, B, C) = (Y + loop.Y, A + loop.PlaceOf(turn), B + loop.B, C + loop.C);
                return true;
            }

            _turns[i] = 0;
            turn--;
            (Y, A, B, C) = (Y - ((nint)turn * loop.Y), A + loop.PlaceOf(0), B - ((nint)turn * loop.B), C - ((nint)turn * loop.C));
        }

        return false;
    }
}
