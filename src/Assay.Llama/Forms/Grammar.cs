using System.Runtime.InteropServices;
using Assay.Chat;

namespace Assay.Llama;

/// <summary>
/// An automaton over bytes that is built as it is used: a state is the set of what may still follow, each a stack of elements. Equal stacks and
/// equal states are one object, so that what was computed for one is found again. Used by one thread at a time.
/// </summary>
internal sealed class Grammar
{
    // They bound memory; more is refused or forgotten, never wrong.
    private const int MaxStacks = 16_384, MaxStates = 5000, MaxKept = 200_000;

    private readonly Dictionary<(Element Head, Stack Tail), Stack> _stacks = [];
    private readonly Dictionary<(Element Part, int Min, int Max), Element.Repeat> _repeats = [];
    private readonly Dictionary<string, State> _states = new(StringComparer.Ordinal);
    private readonly Stack _empty = new(null, null, 0, 0);
    private readonly Element _root;
    private int _numbers;
    private int _inStates;

    /// <param name="root">Settled, and something matches it.</param>
    internal Grammar(Element root)
    {
        _root = root;
        Start = StartOf();
    }

    internal State Start { get; private set; }

    /// <summary>The state after a byte; null: nothing that begins so matches.</summary>
    internal State? Next(State state, byte value)
    {
        if (state.IsKnown[value])
        {
            return state.Known[value];
        }

        HashSet<Stack> after = [], seen = [];
        foreach (Stack stack in state.Stacks)
        {
            if (stack.Head is Element.Bytes bytes && bytes.Has(value))
            {
                Expand(stack.Tail!, after, seen);
            }
        }

        (state.IsKnown[value], state.Known[value]) = (true, after.Count == 0 ? null : Intern(after));
        return state.Known[value];
    }

    /// <summary>Forgets what was computed where that became too much; the state stays valid.</summary>
    internal void Trim()
    {
        if (_states.Count > MaxStates || _stacks.Count + _inStates > MaxKept)
        {
            _states.Clear();
            _stacks.Clear();
            _inStates = 0;
            Start = StartOf();
        }
    }

    private State StartOf()
    {
        HashSet<Stack> start = [];
        Expand(Push(_root, _empty), start, []);
        return Intern(start);
    }

    /// <summary>Finds the least lengths of an element and all in it, also of what refers to itself: downwards from endless until nothing changes.</summary>
    /// <returns>Whether anything matches it.</returns>
    internal static bool Settle(Element root)
    {
        List<Element> all = [];
        HashSet<Element> seen = [];
        Stack<Element> left = new([root]);
        while (left.TryPop(out Element? element))
        {
            if (seen.Add(element))
            {
                all.Add(element);
                foreach (Element part in PartsOf(element))
                {
                    left.Push(part);
                }
            }
        }

        all.Reverse();
        for (bool changes = true; changes;)
        {
            changes = false;
            foreach (Element element in all)
            {
                int least = element.Compute();
                changes |= least != element.Least;
                element.Least = least;
            }
        }

        return root.Least != Element.Endless;
    }

    private static Element[] PartsOf(Element element) => element switch
    {
        Element.Sequence sequence => sequence.Parts,
        Element.Either either => either.Options,
        Element.Repeat repeat => [repeat.Part],
        Element.Reference { Target: { } target } => [target],
        _ => [],
    };

    private Stack Push(Element head, Stack tail)
    {
        if (!_stacks.TryGetValue((head, tail), out Stack? stack))
        {
            stack = new Stack(head, tail, Element.Sum(head.Least, tail.Least), ++_numbers);
            _stacks.Add((head, tail), stack);
        }

        return stack;
    }

    // To stacks that begin with a byte, or are empty.
    private void Expand(Stack stack, HashSet<Stack> into, HashSet<Stack> seen)
    {
        Stack<Stack> left = new([stack]);
        while (left.TryPop(out Stack? next))
        {
            if (!seen.Add(next) || next.Least == Element.Endless)
            {
                continue;
            }

            switch (next.Head)
            {
                case null or Element.Bytes:
                    into.Add(next);
                    break;
                case Element.Sequence sequence:
                    Stack tail = next.Tail!;
                    for (int i = sequence.Parts.Length - 1; i >= 0; i--)
                    {
                        tail = Push(sequence.Parts[i], tail);
                    }

                    left.Push(tail);
                    break;
                case Element.Either either:
                    foreach (Element option in either.Options)
                    {
                        left.Push(Push(option, next.Tail!));
                    }

                    break;
                case Element.Repeat repeat:
                    if (repeat.Min == 0)
                    {
                        left.Push(next.Tail!);
                    }

                    if (repeat.Max > 0)
                    {
                        left.Push(Push(repeat.Part, Push(Less(repeat), next.Tail!)));
                    }

                    break;
                case Element.Reference reference:
                    left.Push(Push(reference.Target!, next.Tail!));
                    break;
            }

            if (seen.Count > MaxStacks)
            {
                throw new ChatBackendException(LlamaErrors.Failed, "The form of the answer has too many alternatives at one place: a simpler schema works.", 400);
            }
        }
    }

    private Element.Repeat Less(Element.Repeat repeat)
    {
        if (repeat is { Min: 0, Max: Element.Endless })
        {
            return repeat;
        }

        (Element, int, int) key = (repeat.Part, Math.Max(0, repeat.Min - 1), repeat.Max == Element.Endless ? Element.Endless : repeat.Max - 1);
        if (!_repeats.TryGetValue(key, out Element.Repeat? less))
        {
            less = new Element.Repeat(key.Item1, key.Item2, key.Item3);
            less.Least = less.Compute();
            _repeats.Add(key, less);
        }

        return less;
    }

    private State Intern(HashSet<Stack> stacks)
    {
        Stack[] sorted = [.. stacks.OrderBy(static stack => stack.Number)];
        int[] numbers = [.. sorted.Select(static stack => stack.Number)];
        string key = new(MemoryMarshal.Cast<int, char>(numbers));
        if (!_states.TryGetValue(key, out State? state))
        {
            state = new State(sorted);
            _inStates += sorted.Length;
            _states.Add(key, state);
        }

        return state;
    }

    /// <summary>What may follow.</summary>
    internal sealed class State(Stack[] stacks)
    {
        internal Stack[] Stacks { get; } = stacks;

        /// <summary>The fewest bytes until the end.</summary>
        internal int Least { get; } = stacks.Min(static stack => stack.Least);

        /// <summary>Whether it may end here.</summary>
        internal bool MayEnd { get; } = stacks.Any(static stack => stack.Head is null);

        /// <summary>Whether it must.</summary>
        internal bool MustEnd { get; } = stacks.All(static stack => stack.Head is null);

        internal bool[] IsKnown { get; } = new bool[256];

        internal State?[] Known { get; } = new State?[256];

        /// <summary>For each token the fewest bytes until the end after it, <see cref="Element.Endless"/> where it can't follow; null: not computed yet.</summary>
        internal int[]? After { get; set; }
    }

    /// <summary>Elements that follow one another.</summary>
    internal sealed record Stack(Element? Head, Stack? Tail, int Least, int Number)
    {
        public bool Equals(Stack? other) => ReferenceEquals(this, other);

        public override int GetHashCode() => Number;
    }
}
