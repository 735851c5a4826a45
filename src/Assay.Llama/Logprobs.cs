using System.Text;
using Assay.Chat;

namespace Assay.Llama;

/// <summary>How likely tokens were: of the model's own logits, before bias, penalties, temperature and cuts (spec/chat.md, "Sampler").</summary>
internal static class Logprobs
{
    internal static ChatTokenLogprob Of(ReadOnlySpan<float> logits, int token, int top, byte[][] shown)
    {
        double greatest = double.NegativeInfinity, sum = 0;
        foreach (float logit in logits)
        {
            greatest = Math.Max(greatest, logit);
        }

        foreach (float logit in logits)
        {
            sum += Math.Exp(logit - greatest);
        }

        double shift = greatest + Math.Log(sum);
        List<ChatTokenLogprob> best = [];
        foreach (int candidate in Greatest(logits, top))
        {
            best.Add(One(candidate, logits[candidate] - shift, [], shown));
        }

        return One(token, logits[token] - shift, best, shown);
    }

    // Descending, ties ascending by token.
    private static List<int> Greatest(ReadOnlySpan<float> logits, int count)
    {
        List<int> best = new(count + 1);
        for (int token = 0; token < logits.Length && count > 0; token++)
        {
            if (best.Count == count && logits[token] <= logits[best[^1]])
            {
                continue;
            }

            int place = best.Count;
            while (place > 0 && logits[best[place - 1]] < logits[token])
            {
                place--;
            }

            best.Insert(place, token);
            if (best.Count > count)
            {
                best.RemoveAt(count);
            }
        }

        return best;
    }

    // A probability of nothing has no logarithm that JSON can hold; -9999 is what others write there.
    private static ChatTokenLogprob One(int token, double logprob, IReadOnlyList<ChatTokenLogprob> top, byte[][] shown) =>
        new(Encoding.UTF8.GetString(shown[token]), shown[token], double.IsFinite(logprob) ? Math.Min(logprob, 0) : -9999, top);
}
