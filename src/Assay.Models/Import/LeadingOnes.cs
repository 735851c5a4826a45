using Assay.Models.Graph;

namespace Assay.Models.Import;

/// <summary>
/// Literally read shapes often begin with the 1 of a batch. Where every input and output has it, the program goes
/// without, so that it looks like one whose batch is outside.
/// </summary>
internal static class LeadingOnes
{
    public static FloatGraph Drop(FloatGraph graph)
    {
        if (!graph.Inputs.All(Begins) || !graph.Outputs.All(o => Begins(o.Node)))
        {
            return graph;
        }

        Dictionary<FloatNode, FloatNode> renewed = [];
        List<InputNode> inputs = [];
        foreach (FloatNode node in graph.Nodes)
        {
            if (node is InputNode)
            {
                InputNode input = new(node.Name, node.Shape[1..]);
                inputs.Add(input);
                renewed.Add(node, new ReshapeNode(node.Name, node.OnnxOperator, input, node.Shape));
                continue;
            }

            renewed.Add(node, node.With([.. node.Operands.Select(o => renewed[o])]));
        }

        return FloatGraph.Build([.. inputs], [.. graph.Outputs.Select(o => o with
        {
            Node = new ReshapeNode(o.Node.Name, o.Node.OnnxOperator, renewed[o.Node], o.Node.Shape[1..]),
        })]);

        static bool Begins(FloatNode node) => node.Shape is [1, _, ..];
    }
}
