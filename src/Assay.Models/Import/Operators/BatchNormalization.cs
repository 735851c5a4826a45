namespace Assay.Models.Import.Operators;

/// <summary>BatchNormalization.</summary>
internal static class BatchNormalization
{
    /// <summary>With the mean and variance of training: a scale and an offset for each channel, <c>(x - mean) * scale / sqrt(var + epsilon) + B</c>.</summary>
    public static ImportValue? Import(NodeContext node)
    {
        if (!node.Arity(5, 5) || node.Computed(0) is not { } x)
        {
            return null;
        }

        Constant? scale = node.KnownFloats(1, "scale");
        Constant? shift = node.KnownFloats(2, "B");
        Constant? mean = node.KnownFloats(3, "mean");
        Constant? variance = node.KnownFloats(4, "var");
        double epsilon = node.Float("epsilon", 1e-5f);
        bool trains = node.Integer("training_mode", 0) != 0 || node.Integer("is_test", node.Version < 7 ? 0 : 1) == 0;
        if (node.Integer("spatial", 1) != 1 || trains)
        {
            node.Fail(OnnxErrors.UnsupportedForm, "it is in training mode, or not per channel", "export the model in evaluation mode");
        }

        int axis = 1 - node.Offset;
        if (!node.Failed && axis >= x.Item.Length)
        {
            node.Fail(OnnxErrors.Shape, "its operand has no channels");
        }

        if (node.Failed)
        {
            return null;
        }

        int channels = x.Item[axis];
        if (scale!.Count != channels || shift!.Count != channels || mean!.Count != channels || variance!.Count != channels)
        {
            return node.Fail(OnnxErrors.Shape, $"its parameters don't have {channels} channels each");
        }

        float[] scales = new float[channels];
        float[] offsets = new float[channels];
        for (int c = 0; c < channels; c++)
        {
            // Math.Sqrt is correctly rounded on every platform, so this is reproducible.
            double factor = scale.Floats![c] / Math.Sqrt(variance.Floats![c] + epsilon);
            scales[c] = (float)factor;
            offsets[c] = (float)(shift.Floats![c] - mean.Floats![c] * factor);
        }

        return node.Value(node.Affine(x.Node!, axis, scales, offsets), x.Item);
    }
}
