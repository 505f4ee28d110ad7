namespace FlowLake.Benchmarks.Agent.Lab;

/// <summary>The straight line of least squares through points, and how sure its slope is (standard error).</summary>
internal readonly record struct Line(double Slope, double SlopeError)
{
    public static Line Through(IReadOnlyList<(double X, double Y)> points)
    {
        double meanX = points.Average(point => point.X);
        double meanY = points.Average(point => point.Y);
        double spread = points.Sum(point => (point.X - meanX) * (point.X - meanX));
        double slope = points.Sum(point => (point.X - meanX) * (point.Y - meanY)) / spread;
        double rest = points.Sum(point => Math.Pow(point.Y - meanY - (slope * (point.X - meanX)), 2));
        return new Line(slope, Math.Sqrt(rest / Math.Max(1, points.Count - 2) / spread));
    }
}
