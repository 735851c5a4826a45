using System.Collections.Immutable;

namespace Assay.Models.Graph;

/// <summary>
/// A small typed float graph: what an ONNX file means after constants and shapes are folded. Nodes are in an order in
/// which every operand comes before its use; inputs come first.
/// </summary>
public sealed class FloatGraph
{
    internal FloatGraph(ImmutableArray<InputNode> inputs, ImmutableArray<FloatNode> nodes, ImmutableArray<FloatOutput> outputs)
    {
        Inputs = inputs;
        Nodes = nodes;
        Outputs = outputs;
    }

    /// <summary>The inputs in the file's order.</summary>
    internal ImmutableArray<InputNode> Inputs { get; }

    /// <summary>All values that outputs depend on, and all inputs, in evaluation order.</summary>
    internal ImmutableArray<FloatNode> Nodes { get; }

    /// <summary>The outputs in the file's order.</summary>
    internal ImmutableArray<FloatOutput> Outputs { get; }

    /// <summary>How many operands and outputs refer to each node.</summary>
    internal Dictionary<FloatNode, int> CountUses()
    {
        Dictionary<FloatNode, int> uses = Nodes.ToDictionary(n => n, _ => 0);
        foreach (FloatNode node in Nodes)
        {
            foreach (FloatNode operand in node.Operands)
            {
                uses[operand]++;
            }
        }

        foreach (FloatOutput output in Outputs)
        {
            uses[output.Node]++;
        }

        return uses;
    }

    /// <summary>A graph of everything that the outputs reach, plus all inputs, in evaluation order.</summary>
    internal static FloatGraph Build(ImmutableArray<InputNode> inputs, ImmutableArray<FloatOutput> outputs)
    {
        ImmutableArray<FloatNode>.Builder order = ImmutableArray.CreateBuilder<FloatNode>();
        HashSet<FloatNode> done = new();
        foreach (InputNode input in inputs)
        {
            order.Add(input);
            done.Add(input);
        }

        // Depth first with an own stack: a graph may be as deep as it has nodes.
        Stack<(FloatNode Node, bool Ready)> stack = new();
        foreach (FloatOutput output in outputs)
        {
            stack.Push((output.Node, false));
            while (stack.TryPop(out (FloatNode Node, bool Ready) top))
            {
                if (done.Contains(top.Node))
                {
                    continue;
                }

                if (top.Ready)
                {
                    done.Add(top.Node);
                    order.Add(top.Node);
                    continue;
                }

                stack.Push((top.Node, true));
                for (int i = top.Node.Operands.Length - 1; i >= 0; i--)
                {
                    stack.Push((top.Node.Operands[i], false));
                }
            }
        }

        return new FloatGraph(inputs, order.ToImmutable(), outputs);
    }
}

/// <summary>A named output of a <see cref="FloatGraph"/>.</summary>
internal sealed record FloatOutput(string Name, FloatNode Node);
