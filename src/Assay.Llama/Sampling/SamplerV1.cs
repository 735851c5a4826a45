using Assay.Primitives;
using Assay.Primitives.Cbor;

namespace Assay.Llama;

/// <summary>
/// The sampler <c>llama.cpp/sampler-v1</c> of spec/chat.md. Pure: the same logits, parameters, seed, choice and position give the same token. One
/// for each choice that is being answered; it counts what it is told was taken, and allocates nothing per token.
/// </summary>
internal sealed class SamplerV1
{
    private readonly SamplingParameters _parameters;
    private readonly KeyValuePair<int, double>[] _bias;
    private readonly ulong _choice;
    private readonly double[] _logits;
    private readonly ulong[] _keys;
    private readonly int[] _order;
    private readonly Dictionary<int, int> _counts = [];
    private readonly CborWriter _drawn = new(64);
    private int _position;

    /// <param name="parameters">As applied.</param>
    /// <param name="choice">The choice's index.</param>
    /// <param name="vocabulary">Number of tokens.</param>
    public SamplerV1(SamplingParameters parameters, int choice, int vocabulary)
    {
        _parameters = parameters;
        _bias = [.. parameters.Bias ?? new Dictionary<int, double>()];
        _choice = (ulong)choice;
        _logits = new double[vocabulary];
        _keys = new ulong[vocabulary];
        _order = new int[vocabulary];
    }

    /// <summary>Chooses a token.</summary>
    /// <param name="logits">One per token, as the model gave them.</param>
    /// <param name="allowed">Tokens that a form of the answer allows; empty: all.</param>
    /// <returns>The token; -1 if a logit isn't a number, or none is allowed.</returns>
    public int Next(ReadOnlySpan<float> logits, ReadOnlySpan<bool> allowed)
    {
        int count = 0;
        for (int token = 0; token < logits.Length; token++)
        {
            _logits[token] = logits[token];
        }

        Adjust();
        for (int token = 0; token < logits.Length; token++)
        {
            if (double.IsNaN(_logits[token]) || double.IsPositiveInfinity(_logits[token]))
            {
                return -1;
            }

            if ((allowed.IsEmpty || allowed[token]) && !double.IsNegativeInfinity(_logits[token]))
            {
                _order[count++] = token;
            }
        }

        if (count == 0)
        {
            return -1;
        }

        int chosen = _parameters.Temperature == 0 ? Greatest(count) : Draw(count);
        _counts[chosen] = _counts.GetValueOrDefault(chosen) + 1;
        _position++;
        return chosen;
    }

    /// <summary>The first 53 bits of the digest over 2^53.</summary>
    internal static double Uniform(ulong seed, ulong choice, ulong position, CborWriter writer)
    {
        writer.Reset();
        writer.WriteArrayHeader(4);
        writer.WriteText("assay/sampler/v1");
        writer.WriteUInt(seed);
        writer.WriteUInt(choice);
        writer.WriteUInt(position);
        Digest32 digest = Digest32.Sha256(writer.Written);
        return (System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(digest.Bytes) >> 11) / (double)(1UL << 53);
    }

    private void Adjust()
    {
        foreach ((int token, double bias) in _bias)
        {
            _logits[token] += bias;
        }

        foreach ((int token, int count) in _counts)
        {
            _logits[token] -= _parameters.FrequencyPenalty * count;
            _logits[token] -= _parameters.PresencePenalty;
        }
    }

    private int Greatest(int count)
    {
        int best = _order[0];
        foreach (int token in _order.AsSpan(1, count - 1))
        {
            if (_logits[token] > _logits[best])
            {
                best = token;
            }
        }

        return best;
    }

    private int Draw(int count)
    {
        foreach (int token in _order.AsSpan(0, count))
        {
            _logits[token] /= _parameters.Temperature;
        }

        Span<int> order = Sorted(count);
        double greatest = _logits[order[0]], sum = 0;
        foreach (int token in order)
        {
            _logits[token] = Math.Exp(_logits[token] - greatest);
            sum += _logits[token];
        }

        // From here on probabilities. They descend, so both cuts end the same walk.
        double least = _parameters.MinP * (_logits[order[0]] / sum), share = 0;
        int kept = 0;
        foreach (int token in order)
        {
            double probability = _logits[token] / sum;
            if (kept > 0 && (share >= _parameters.TopP || probability < least))
            {
                break;
            }

            _logits[token] = probability;
            share += probability;
            kept++;
        }

        double u = Uniform(_parameters.Seed, _choice, (ulong)_position, _drawn), cumulative = 0;
        foreach (int token in order[..kept])
        {
            cumulative += _logits[token];
            if (cumulative / share > u)
            {
                return token;
            }
        }

        return order[kept - 1];
    }

    // Descending, ties ascending by token; cut to top_k.
    private Span<int> Sorted(int count)
    {
        for (int i = 0; i < count; i++)
        {
            // Doubles in the order of unsigned numbers, turned round; -0 is 0.
            long bits = BitConverter.DoubleToInt64Bits(_logits[_order[i]] + 0.0);
            _keys[i] = (ulong)(bits < 0 ? bits : bits ^ long.MaxValue);
        }

        Array.Sort(_keys, _order, 0, count);
        for (int i = 0, end; i < count; i = end)
        {
            for (end = i + 1; end < count && _keys[end] == _keys[i]; end++)
            {
            }

            _order.AsSpan(i, end - i).Sort();
        }

        return _order.AsSpan(0, _parameters.TopK > 0 ? Math.Min(_parameters.TopK, count) : count);
    }
}
