using Assay.Models.Graph;

namespace Assay.Models.Float;

/// <content>What works along one axis: reductions, normalisation, order, and rows of a table.</content>
internal sealed partial class FloatInterpreter
{
    private static void Reduce(ReduceNode node, float[] x, float[] y)
    {
        int length = node.X.Shape[node.Axis];
        int inner = Shapes.Product(node.Shape, node.Axis + 1, node.Shape.Length);
        for (int i = 0; i < y.Length; i++)
        {
            int start = i / inner * length * inner + i % inner;
            double result = node.Reduction == Reduction.Max ? double.NegativeInfinity : 0;
            for (int j = 0; j < length; j++)
            {
                double value = x[start + j * inner];
                result = node.Reduction switch
                {
                    Reduction.Max => Math.Max(result, value),
                    Reduction.EuclideanLength => result + value * value,
                    _ => result + value,
                };
            }

            y[i] = (float)(node.Reduction switch
            {
                Reduction.Mean => result / length,
                Reduction.EuclideanLength => Math.Sqrt(result),
                _ => result,
            });
        }
    }

    private static void Normalize(NormalizeNode node, float[] x, float[] y)
    {
        int length = node.Shape[^1];
        for (int row = 0; row < y.Length; row += length)
        {
            double sum = 0;
            for (int i = 0; node.Center && i < length; i++)
            {
                sum += x[row + i];
            }

            double mean = sum / length;
            double squares = 0;
            for (int i = 0; i < length; i++)
            {
                double distance = x[row + i] - mean;
                squares += distance * distance;
            }

            double root = Math.Sqrt(squares / length + node.Epsilon);
            for (int i = 0; i < length; i++)
            {
                // With an epsilon of 0 a row of equal values would be 0/0.
                y[row + i] = root == 0 ? 0 : (float)((x[row + i] - mean) / root);
            }
        }
    }

    private static void TopK(TopKNode node, float[] x, float[] y)
    {
        int length = node.X.Shape[^1];
        int[] places = new int[length];
        for (int row = 0; row < y.Length / node.K; row++)
        {
            int start = row * length;
            for (int i = 0; i < length; i++)
            {
                places[i] = i;
            }

            places.AsSpan().Sort((a, b) =>
            {
                int order = x[start + a].CompareTo(x[start + b]);
                return order == 0 ? a - b : node.Largest ? -order : order;
            });
            for (int i = 0; i < node.K; i++)
            {
                y[row * node.K + i] = node.Indices ? places[i] : x[start + places[i]];
            }
        }
    }

    /// <summary>Negative numbers count from the table's end; what is no row's number then takes the nearest row.</summary>
    private static void Embed(EmbeddingNode node, float[] x, float[] y)
    {
        for (int i = 0; i < x.Length; i++)
        {
            double place = Math.Round((double)x[i], MidpointRounding.ToEven);
            place += place < 0 ? node.Rows : 0;
            int row = place >= 0 ? (int)Math.Min(place, node.Rows - 1) : 0;
            node.Table.AsSpan(row * node.Width, node.Width).CopyTo(y.AsSpan(i * node.Width));
        }
    }
}
