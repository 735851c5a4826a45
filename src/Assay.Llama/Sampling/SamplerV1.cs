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
    private readonly int[] _order;
    private readonly int[] _left;
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
        _left = new int[vocabulary];
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

        // The order is a heap: no more of it is sorted than is needed, for vocabularies are long and few tokens are likely.
        Descending order = new(_order.AsSpan(0, count), _logits);
        double greatest = _logits[order.First], u = Uniform(_parameters.Seed, _choice, (ulong)_position, _drawn);
        if (_parameters.TopK > 0 && _parameters.TopK < count)
        {
            for (int i = 0; i < _parameters.TopK; i++)
            {
                order.Next();
            }

            count = _parameters.TopK;
            order = new Descending(order.Taken, _logits);
        }

        // TopP and MinP by weights: the greatest has 1.
        Span<int> left = _left.AsSpan(0, count);
        order.All.CopyTo(left);
        double sum = SumOf(left, greatest);
        if (_parameters.TopP < 1)
        {
            double least = _parameters.TopP * sum, reached = 0;
            do
            {
                reached += Math.Exp(_logits[order.Next()] - greatest);
            }
            while (reached < least && order.Left > 0);
            order.Taken.CopyTo(left);
            left = left[..order.Taken.Length];
            order = new Descending(order.Taken, _logits);
        }

        if (_parameters.TopP < 1 || _parameters.MinP > 0)
        {
            int kept = 0;
            foreach (int token in left)
            {
                if (Math.Exp(_logits[token] - greatest) >= _parameters.MinP)
                {
                    left[kept++] = token;
                }
            }

            left = left[..kept];
            sum = SumOf(left, greatest);
        }

        double share = u * sum, cumulative = 0;
        int chosen = -1;
        for (int i = 0; i < left.Length && (i == 0 || cumulative <= share); i++)
        {
            chosen = order.Next();
            cumulative += Math.Exp(_logits[chosen] - greatest);
        }

        return chosen;
    }

    // Ascending by token, whatever order they came in: sums of doubles depend on it.
    private double SumOf(Span<int> tokens, double greatest)
    {
        tokens.Sort();
        double sum = 0;
        foreach (int token in tokens)
        {
            sum += Math.Exp(_logits[token] - greatest);
        }

        return sum;
    }
}
